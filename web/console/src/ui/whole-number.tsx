import { NumberInput, type NumberInputProps } from '@mantine/core';

/** A whole number. What is out of its limits is told when it is sent: changing it silently, as somebody leaves the field, would hide that. */
export const WholeNumber = (props: NumberInputProps) => <NumberInput allowDecimal={false} clampBehavior="none" {...props} />;
