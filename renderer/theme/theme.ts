import { createTheme, type CSSVariablesResolver } from '@mantine/core'
import { dark, light } from './tokens.ts'

/** Paper and ink, one cobalt line colour. The shades are Mantine's; the meanings are in tokens.ts. */
export const theme = createTheme({
  primaryColor: 'line',
  primaryShade: { light: 8, dark: 4 },
  autoContrast: true,
  luminanceThreshold: 0.3,
  respectReducedMotion: true,
  cursorType: 'pointer',
  focusRing: 'auto',
  black: light.text,
  white: '#FFFFFF',
  colors: {
    line: [
      '#F1F4FD',
      '#E3EAFA',
      '#B3C5F1',
      '#A0B7F1',
      '#8FAAF0',
      '#5D82DC',
      '#3B63C4',
      '#2E55B4',
      '#2449A3',
      '#172F6B',
    ],
    go: ['#F0FAF6', '#DDF2EA', '#B5E3D3', '#83D4BA', '#5CC9A7', '#2FAE8A', '#149377', '#0B7F65', '#08684F', '#053F31'],
    stop: [
      '#FFF4EF',
      '#FCE9E1',
      '#F8CDBD',
      '#F5B39B',
      '#F39A7B',
      '#E8704B',
      '#D14E22',
      '#B83710',
      '#A32F0E',
      '#6E1F08',
    ],
    hold: [
      '#FFF8E5',
      '#FFF1CC',
      '#FBE09A',
      '#F5CF76',
      '#F0C25A',
      '#E0A21F',
      '#B57F0C',
      '#946300',
      '#7A5000',
      '#523600',
    ],
    media: [
      '#F7F2FB',
      '#EFE6F7',
      '#DCC9EE',
      '#D0B6EA',
      '#C6A6E8',
      '#A077CC',
      '#8656B8',
      '#6F419F',
      '#5A3384',
      '#3F2261',
    ],
    gray: [
      '#FBFAF7',
      '#F4F2ED',
      '#EAE7E0',
      '#DAD6CC',
      '#B9B4A8',
      '#8C867A',
      '#6F6A5F',
      '#595E68',
      '#35383F',
      '#1B2029',
    ],
    dark: [
      '#E8E6E1',
      '#C9CACB',
      '#A9ADB5',
      '#737B88',
      '#4A515E',
      '#343B47',
      '#242A34',
      '#1A1F27',
      '#14181F',
      '#0E1116',
    ],
  },
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '1.45', sm: '1.45', md: '1.45', lg: '1.35', xl: '1.3' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '28px', lineHeight: '1.2', fontWeight: '500' },
      h2: { fontSize: '24px', lineHeight: '1.25' },
      h3: { fontSize: '20px', lineHeight: '1.3' },
    },
  },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '2px', sm: '4px', md: '6px', lg: '10px', xl: '16px' },
  defaultRadius: 'md',
  components: {
    Tooltip: { defaultProps: { openDelay: 500, withinPortal: true, multiline: true, maw: 260, fz: 12 } },
  },
})

const asVariables = (tokens: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(tokens).map(([name, value]) => [`--${name}`, value]))

/** What Mantine would choose by itself, said in our meanings. */
const meanings = {
  '--mantine-color-body': 'var(--bg)',
  '--mantine-color-text': 'var(--text)',
  '--mantine-color-dimmed': 'var(--dim)',
  '--mantine-color-placeholder': 'var(--dim)',
  '--mantine-color-default': 'var(--raised)',
  '--mantine-color-default-hover': 'var(--sunken)',
  '--mantine-color-default-color': 'var(--text)',
  '--mantine-color-default-border': 'var(--edge)',
  '--mantine-color-error': 'var(--stop)',
  '--mantine-color-anchor': 'var(--line)',
}

export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: { ...asVariables(light), ...meanings },
  dark: { ...asVariables(dark), ...meanings },
})
