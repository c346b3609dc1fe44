// What many tests ask of an answer, said once.
import { expect } from 'vitest';
import type { Answer } from './client.ts';

/** For vi.waitFor(): what comes at once, on a machine that may be busy. */
export const soon = { timeout: 30_000, interval: 50 };

export interface Problem {
  code: string;
  message: string;
  data?: any;
  details?: string;
}

/** The answer refuses with this status and public code, and has a sentence for a person. Gives the body. */
export function problem(answer: Answer, status: number, code: string): Problem {
  expect({ status: answer.status, code: answer.body?.code ?? answer.text }).toEqual({ status, code });
  expect(answer.headers['content-type']).toMatch(/^application\/json\b/);
  expect(answer.body.message).toEqual(expect.stringMatching(/\S/));
  return answer.body as Problem;
}

/** An OAuth endpoint refuses (RFC 6749 5.2). Gives the body. */
export function oauthError(answer: Answer, status: number,
  error: string): { error: string; error_description?: string } {
  expect({ status: answer.status, error: answer.body?.error ?? answer.text }).toEqual({ status, error });
  return answer.body;
}

/** The answer has this status; its body otherwise shows in the failure. Gives the body. */
export function ok<T>(answer: Answer<T>, status = 200): T {
  expect({ status: answer.status, text: answer.status === status ? '' : answer.text }).toEqual({ status, text: '' });
  return answer.body;
}
