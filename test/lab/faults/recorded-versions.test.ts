import { faults } from '../../../lab/faults/index.ts'
import { showEverywhere } from './support.ts'

showEverywhere(faults, ['2.1.5', '2.12.0'])
