import type { ModalView } from '../block-kit/index.ts'
import { controlIds } from '../block-kit/index.ts'
import type { ChangeType, LabModal } from '../contract.ts'
import type { Changes } from './changes.ts'
import { type Numbering, secretFor } from './identifiers.ts'

const STACK_MAX = 3

/** The modals that people have open, up to three on top of each other. */
export interface ModalStore {
  /** Null: three are open already. */
  open(user: string, view: ModalView): LabModal | null
  update(modal: LabModal, view: ModalView): LabModal
  showErrors(modal: LabModal, errors: Readonly<Record<string, string>>): void
  close(modal: LabModal): void
  closeAll(user: string): void
  top(user: string): LabModal | undefined
  find(by: { readonly id: string } | { readonly externalId: string }): LabModal | undefined
}

export function createModalStore(changes: Changes, numbering: Numbering, seed: number): ModalStore {
  const stacks = new Map<string, readonly LabModal[]>()
  const stackOf = (user: string) => stacks.get(user) ?? []
  const hash = () => `${numbering.next('view hash')}.${secretFor('view hash', seed, 8)}`
  const tell = (type: ChangeType, modal: LabModal) =>
    changes.tell({
      type,
      channel: '',
      ts: modal.id,
      text: modal.title,
      blocks: modal.blocks,
      user: modal.user,
    })
  const replace = (modal: LabModal) => {
    stacks.set(
      modal.user,
      stackOf(modal.user).map((one) => (one.id === modal.id ? modal : one)),
    )
    tell('modal_updated', modal)
    return modal
  }
  const shown = (view: ModalView) => ({
    hash: hash(),
    title: view.title.text,
    submit: view.submit?.text ?? null,
    close: view.close?.text ?? null,
    blocks: controlIds(view.blocks, numbering),
    callbackId: view.callback_id ?? '',
    privateMetadata: view.private_metadata ?? '',
    externalId: view.external_id ?? '',
    notifyOnClose: view.notify_on_close ?? false,
    errors: {},
  })

  return {
    open: (user, view) => {
      const below = stackOf(user)
      if (below.length >= STACK_MAX) return null
      const id = `V0LAB${String(numbering.next('view')).padStart(5, '0')}`
      const modal = {
        ...shown(view),
        id,
        user,
        rootId: below[0]?.id ?? id,
        previousId: below.at(-1)?.id ?? null,
      }
      stacks.set(user, [...below, modal])
      tell('modal', modal)
      return modal
    },
    update: (modal, view) => replace({ ...modal, ...shown(view) }),
    showErrors: (modal, errors) => {
      replace({ ...modal, errors })
    },
    close: (modal) => {
      stacks.set(
        modal.user,
        stackOf(modal.user).filter(({ id }) => id !== modal.id),
      )
      tell('modal_closed', modal)
    },
    closeAll: (user) => {
      const open = stackOf(user)
      stacks.set(user, [])
      for (const modal of [...open].reverse()) tell('modal_closed', modal)
    },
    top: (user) => stackOf(user).at(-1),
    find: (by) =>
      [...stacks.values()]
        .flat()
        .find((modal) =>
          'id' in by
            ? modal.id === by.id
            : by.externalId !== '' && modal.externalId === by.externalId,
        ),
  }
}
