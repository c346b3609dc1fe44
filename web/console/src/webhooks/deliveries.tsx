// What was noted of a request to an endpoint.
import { Badge } from '@mantine/core';
import { t } from '../locales/index.ts';
import type { Delivery } from './api.ts';

type Noted = Pick<Delivery, 'key' | 'payload'>;

export const eventOf = ({ key }: Noted): string => key.replace(/^TriggerHook\./, '');

/** Status and body; undefined: there was no answer. */
export function responseOf({ payload }: Noted): { statusCode: number; body: unknown } | undefined {
  const { statusCode, body } = (payload['response'] ?? {}) as { statusCode?: unknown; body?: unknown };
  return typeof statusCode === 'number' ? { statusCode, body } : undefined;
}

/** Red where the endpoint refused or did not answer. */
export function StatusTag({ of }: { of: Noted }) {
  const status = responseOf(of)?.statusCode, isGood = status !== undefined && status < 400;
  return <Badge variant="light" className={`state ${isGood ? 'good' : 'bad'}`}>{status ?? t.webhooks.recent.noAnswer}</Badge>;
}
