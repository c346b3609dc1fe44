// The look, in one place: the tokens, and what Mantine makes of them. No colour and no size stands anywhere else but in style.css,
// which reads the same tokens.
import { createTheme, defaultVariantColorsResolver, type CSSVariablesResolver, type MantineColorsTuple, type VariantColorsResolver } from '@mantine/core';
import { t } from './locales/index.ts';

const light = {
  page: '#f7f8fa', surface: '#ffffff', raised: '#ffffff', line: '#e6e8ec', 'line-strong': '#d3d7de',
  text: '#14161a', secondary: '#5b626d', faint: '#8b929d', accent: '#3b5bdb', 'accent-hover': '#3450c0', 'accent-soft': '#edf0fd',
  danger: '#c92a2a', 'danger-hover': '#b02525', 'danger-soft': '#fdeeee', warning: '#9a4f00', 'warning-soft': '#fdf3e5',
  success: '#2b7a3d', 'success-soft': '#e9f5ec', 'on-accent': '#ffffff', hover: '#f1f3f6', veil: 'rgba(16, 18, 21, 0.35)',
  'line-raised': '#e6e8ec', 'hover-raised': '#f1f3f6',
};

const dark: typeof light = {
  page: '#101215', surface: '#17191d', raised: '#1e2126', line: '#272b31', 'line-strong': '#363b43',
  text: '#f0f1f3', secondary: '#a4abb5', faint: '#727984', accent: '#7c93f0', 'accent-hover': '#93a6f4', 'accent-soft': '#1f2740',
  danger: '#ff8787', 'danger-hover': '#ff9d9d', 'danger-soft': '#3a2023', warning: '#ffb057', 'warning-soft': '#362a1a',
  success: '#69c37c', 'success-soft': '#1c2f22', 'on-accent': '#101215', hover: '#1e2126', veil: 'rgba(0, 0, 0, 0.55)',
  'line-raised': '#363b43', 'hover-raised': '#2a2e35',
};

/** What Mantine's own names mean in ours. */
const mantine: Record<string, string> = {
  body: 'surface', text: 'text', dimmed: 'secondary', placeholder: 'faint', error: 'danger', anchor: 'accent', bright: 'text',
  default: 'surface', 'default-hover': 'hover', 'default-color': 'text', 'default-border': 'line-strong', 'disabled': 'page',
  'disabled-color': 'faint', 'disabled-border': 'line',
};
const shaded = (name: 'accent' | 'danger'): Record<string, string> => ({
  [`${name}-filled`]: name, [`${name}-filled-hover`]: `${name}-hover`, [`${name}-light`]: `${name}-soft`,
  [`${name}-light-hover`]: `${name}-soft`, [`${name}-light-color`]: name, [`${name}-outline`]: name,
  [`${name}-outline-hover`]: `${name}-soft`, [`${name}-text`]: name,
  // some of its parts take a shade by its number, such as what a menu says in red
  ...Object.fromEntries(Array.from({ length: 10 }, (_, shade) => [`${name}-${shade}`, name])),
});

const variables = (tokens: typeof light): Record<string, string> => {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(tokens)) out[`--${name}`] = value;
  for (const [name, token] of Object.entries({ ...mantine, ...shaded('accent'), ...shaded('danger') }))
    out[`--mantine-color-${name}`] = `var(--${token})`;
  return out;
};

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {}, light: variables(light), dark: variables(dark),
});

/** What Mantine takes for its own parts in the dark, from the lightest: else they were of another grey than ours. */
const greys: MantineColorsTuple = [dark.text, dark.secondary, dark.faint, dark.faint, dark['line-strong'], dark['line-raised'], dark['hover-raised'],
  dark.surface, dark.page, dark.page];

const tuple = (color: string): MantineColorsTuple => Array.from({ length: 10 }, () => color) as unknown as MantineColorsTuple;

/** Text on a filled button is dark in the dark look, whose accents are light. */
const variantColorResolver: VariantColorsResolver = (input) => ({
  ...defaultVariantColorsResolver(input), ...(input.variant === 'filled' ? { color: 'var(--on-accent)' } : {}),
});

const quick = { transitionProps: { duration: 100 } };
const control = { size: 'sm' };

export const theme = createTheme({
  primaryColor: 'accent',
  colors: { accent: tuple(light.accent), danger: tuple(light.danger), dark: greys },
  variantColorResolver,
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  headings: { fontWeight: '600', sizes: { h1: { fontSize: '20px', lineHeight: '28px' }, h2: { fontSize: '16px', lineHeight: '24px' },
    h3: { fontSize: '14px', lineHeight: '20px' } } },
  fontSizes: { xs: '12px', sm: '14px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '16px', sm: '20px', md: '20px', lg: '24px', xl: '28px' },
  spacing: { xs: '4px', sm: '8px', md: '16px', lg: '24px', xl: '32px' },
  radius: { xs: '4px', sm: '6px', md: '6px', lg: '10px', xl: '999px' },
  defaultRadius: 'sm',
  shadows: { md: '0 4px 16px rgba(16, 18, 21, 0.12)', lg: '0 4px 16px rgba(16, 18, 21, 0.12)', xl: '0 12px 40px rgba(16, 18, 21, 0.18)' },
  focusRing: 'auto',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm' } },
    ActionIcon: { defaultProps: { size: 32, variant: 'subtle', color: 'gray' } },
    InputWrapper: { defaultProps: { inputWrapperOrder: ['label', 'input', 'description', 'error'] } },
    TextInput: { defaultProps: control }, Textarea: { defaultProps: { ...control, autosize: true, minRows: 2 } },
    Select: { defaultProps: { ...control, comboboxProps: quick } }, MultiSelect: { defaultProps: { ...control, comboboxProps: quick } },
    TagsInput: { defaultProps: { ...control, comboboxProps: quick } }, NumberInput: { defaultProps: control },
    PasswordInput: { defaultProps: control }, ColorInput: { defaultProps: control },
    ColorPicker: { defaultProps: { saturationLabel: t.common.color.saturation, hueLabel: t.common.color.hue } }, Switch: { defaultProps: { size: 'sm', withThumbIndicator: false } },
    Checkbox: { defaultProps: { size: 'xs', radius: 'xs' } }, Radio: { defaultProps: { size: 'xs' } }, SegmentedControl: { defaultProps: { size: 'xs', transitionDuration: 100 } },
    Modal: { defaultProps: { ...quick, centered: true, radius: 'lg', shadow: 'xl', overlayProps: { backgroundOpacity: 1, color: 'var(--veil)' } } },
    Drawer: { defaultProps: { transitionProps: { duration: 150 } } },
    Menu: { defaultProps: { ...quick, shadow: 'md', position: 'bottom-end' } }, Popover: { defaultProps: { ...quick, shadow: 'md' } },
    Tooltip: { defaultProps: { ...quick, openDelay: 300, withArrow: false } }, Tabs: { defaultProps: { keepMounted: false } },
  },
});
