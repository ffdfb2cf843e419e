import { testAccessibility } from '../support/accessibility.ts'
import { compact } from '../support/chromium.ts'

testAccessibility(compact)
