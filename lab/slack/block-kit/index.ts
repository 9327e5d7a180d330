export { controlIds } from './control-ids.ts'
export { type Control, controlsOf, isBlock, isJsonObject } from './controls.ts'
export { refuseBlocks } from './validate-blocks.ts'
export { checkView, type ModalView } from './validate-view.ts'
