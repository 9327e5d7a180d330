import type { JsonObject } from '../http/body.ts'

/** The fields of a call; `blocks`, `attachments`, `view` and `metadata` are parsed JSON, the rest text. */
type Method = (fields: JsonObject) => JsonObject | Promise<JsonObject>

/** Methods of Slack's Web API by name. Answers have `ok`, and `error` when it is false. */
export type Methods = Readonly<Record<string, Method>>
