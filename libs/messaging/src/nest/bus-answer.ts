import { types } from 'node:util';
import { firstValueFrom, isObservable, lastValueFrom } from 'rxjs';
import type { BusHeaders } from '../bus.js';

/** What a handler returns: bytes and headers as they go out, for no envelope is put around them. */
export interface BusAnswer {
  readonly payload: Uint8Array;
  readonly headers?: BusHeaders;
}

const nothing = { defaultValue: undefined };

/** What Nest makes of a request handler is a value or a stream: the value, or the first of the stream. */
export const firstValue = async (outcome: unknown): Promise<unknown> =>
  isObservable(outcome) ? firstValueFrom(outcome, nothing) : outcome;

/** Resolves when what Nest made of an event handler has ended, stream and all. */
export const ended = async (outcome: unknown): Promise<unknown> =>
  isObservable(outcome) ? lastValueFrom(outcome, nothing) : outcome;

export function isBusAnswer(value: unknown): value is BusAnswer {
  if (typeof value !== 'object' || value === null || !('payload' in value)) return false;
  if (!types.isUint8Array(value.payload)) return false;
  return !('headers' in value) || value.headers === undefined || isHeaders(value.headers);
}

const isHeaders = (value: unknown): boolean => typeof value === 'object' && value !== null;
