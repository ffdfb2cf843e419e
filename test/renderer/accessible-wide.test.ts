import { testAccessibility } from '../support/accessibility.ts'
import { wide } from '../support/chromium.ts'

testAccessibility(wide)
