export { openLab } from './open-lab.ts'
export { openPage } from './open-page.ts'
