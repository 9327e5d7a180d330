/** Where blocks are: what is sent when one of their buttons is pressed. */
export interface Place {
  /** Of the message; null in a window. */
  readonly ts: string | null
}
