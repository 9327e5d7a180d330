import { checkView } from '../block-kit/index.ts'
import type { JsonObject } from '../http/body.ts'
import type { ModalStore } from '../state/modal-store.ts'
import type { Triggers } from '../state/triggers.ts'
import type { Workspace } from '../state/workspace.ts'
import type { Methods } from './methods.ts'
import { viewPayload } from './view-payload.ts'

export function viewMethods(workspace: Workspace, modals: ModalStore, triggers: Triggers): Methods {
  const open = (fields: JsonObject, wantsModalBelow: boolean) => {
    const checked = checkView(fields.view)
    if (!checked.ok) return refusal(checked)
    const redeemed = triggers.redeem(String(fields.trigger_id ?? ''))
    if (!redeemed.ok) return { ok: false, error: redeemed.error }
    const { external_id: externalId = '' } = checked.view
    if (modals.find({ externalId }) !== undefined) {
      return { ok: false, error: 'duplicate_external_id' }
    }
    if (wantsModalBelow && modals.top(redeemed.user) === undefined) {
      return { ok: false, error: 'view_not_found' }
    }
    if (!wantsModalBelow) modals.closeAll(redeemed.user)
    const modal = modals.open(redeemed.user, checked.view)
    return modal === null
      ? { ok: false, error: 'push_limit_reached' }
      : { ok: true, view: viewPayload(workspace, modal, {}) }
  }
  return {
    'views.open': (fields) => open(fields, false),
    'views.push': (fields) => open(fields, true),
    'views.update': (fields) => {
      const modal = modals.find(
        typeof fields.view_id === 'string'
          ? { id: fields.view_id }
          : { externalId: String(fields.external_id ?? '') },
      )
      if (modal === undefined) return { ok: false, error: 'not_found' }
      if (fields.hash !== undefined && fields.hash !== modal.hash) {
        return { ok: false, error: 'hash_conflict' }
      }
      const checked = checkView(fields.view)
      if (!checked.ok) return refusal(checked)
      return { ok: true, view: viewPayload(workspace, modals.update(modal, checked.view), {}) }
    },
  }
}

function refusal(checked: { readonly error: string; readonly messages: readonly string[] }) {
  return {
    ok: false,
    error: checked.error,
    response_metadata: { messages: checked.messages },
  }
}
