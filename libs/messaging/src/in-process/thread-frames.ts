import { types } from 'node:util';
import type { BusHeaders, BusReply } from '../bus.js';
import { sealHeaders } from '../header.js';
import type { BusLimits } from '../limits.js';
import { assertPattern, assertQueue, assertSubject } from '../subject-pattern.js';
import type { ReplyAddress } from './switchboard.js';

/**
 * What goes over the port between a thread and its gate. Either side reads frames as if a stranger had written
 * them: a reader gives undefined for nonsense, and never throws.
 */
export interface HelloFrame extends BusLimits {
  readonly kind: 'hello';
}

interface Addressed extends BusReply {
  readonly subject: string;
}

/** From the thread to the gate. `request` and `subscription` are numbers that the thread chose. */
export type ThreadFrame =
  | ({ readonly kind: 'publish' } & Addressed)
  | ({ readonly kind: 'request'; readonly request: number } & Addressed)
  | ({ readonly kind: 'answer'; readonly replyTo: ReplyAddress } & BusReply)
  | {
      readonly kind: 'subscribe';
      readonly subscription: number;
      readonly pattern: string;
      readonly queue?: string;
    }
  | { readonly kind: 'unsubscribe'; readonly subscription: number }
  /** All that it had to say has been said. */
  | { readonly kind: 'bye' };

/** From the gate to the thread. */
export type GateFrame =
  | ({ readonly kind: 'message'; readonly subscription: number; readonly replyTo?: ReplyAddress } & Addressed)
  | ({ readonly kind: 'answered'; readonly request: number } & BusReply)
  | { readonly kind: 'no-responder'; readonly request: number }
  /** No message for this subscription follows. */
  | { readonly kind: 'unsubscribed'; readonly subscription: number }
  /** The bus shuts down: end what you began, then say bye. */
  | { readonly kind: 'drain' };

export function readHelloFrame(value: unknown): HelloFrame | undefined {
  return reading(value, (frame) => {
    const [payloadBytesMax, pendingMax, pendingBytesMax] = [
      number(frame['payloadBytesMax']),
      number(frame['pendingMax']),
      number(frame['pendingBytesMax']),
    ];
    return frame['kind'] === 'hello'
      ? { kind: 'hello', payloadBytesMax, pendingMax, pendingBytesMax }
      : undefined;
  });
}

export function readThreadFrame(value: unknown): ThreadFrame | undefined {
  return reading(value, (frame) => {
    const { kind } = frame;
    if (kind === 'publish') return { kind, ...addressed(frame) };
    if (kind === 'request') return { kind, request: number(frame['request']), ...addressed(frame) };
    if (kind === 'answer') return { kind, replyTo: address(frame['replyTo']), ...content(frame) };
    if (kind === 'unsubscribe') return { kind, subscription: number(frame['subscription']) };
    if (kind === 'bye') return { kind };
    if (kind !== 'subscribe') return undefined;
    const { pattern, queue } = frame;
    const subscription = number(frame['subscription']);
    return { kind, subscription, pattern: checked(pattern, assertPattern), ...optionalQueue(queue) };
  });
}

export function readGateFrame(value: unknown): GateFrame | undefined {
  return reading(value, (frame) => {
    const { kind, replyTo } = frame;
    if (kind === 'answered') return { kind, request: number(frame['request']), ...content(frame) };
    if (kind === 'no-responder') return { kind, request: number(frame['request']) };
    if (kind === 'unsubscribed') return { kind, subscription: number(frame['subscription']) };
    if (kind === 'drain') return { kind };
    if (kind !== 'message') return undefined;
    const message = { kind, subscription: number(frame['subscription']), ...addressed(frame) } as const;
    return replyTo === undefined ? message : { ...message, replyTo: address(replyTo) };
  });
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

function reading<T>(value: unknown, read: (fields: Fields) => T | undefined): T | undefined {
  try {
    return isFields(value) ? read(value) : undefined;
  } catch {
    return undefined;
  }
}

function number(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw new TypeError('a number is missing');
}

function checked(value: unknown, assertForm: (text: string) => void): string {
  if (typeof value !== 'string') throw new TypeError('a text is missing');
  assertForm(value);
  return value;
}

function address(value: unknown): ReplyAddress {
  if (!isFields(value)) throw new TypeError('an address is missing');
  return { connection: number(value['connection']), request: number(value['request']) };
}

function content({ payload, headers }: Fields): BusReply {
  if (!types.isUint8Array(payload) || !isFields(headers)) throw new TypeError('a content is missing');
  return { payload, headers: sealHeaders(headers as BusHeaders) };
}

const addressed = (frame: Fields): Addressed => ({
  subject: checked(frame['subject'], assertSubject),
  ...content(frame),
});

const optionalQueue = (queue: unknown): { queue?: string } =>
  queue === undefined ? {} : { queue: checked(queue, assertQueue) };
