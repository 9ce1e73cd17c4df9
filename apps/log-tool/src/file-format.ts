/**
 * A log in a file: JSON lines. The first says what it is, one follows for each event in the order of the log, the last
 * has the count again and the SHA-256 of all bytes before it. A file without its last line is no whole log.
 */
import { z } from 'zod';
import type { CopiedEvent } from './copied-event.js';

export const FORMAT = 'action-do-log';
export const VERSION = 1;

const count = z.int().min(0);

export const Header = z.object({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  logId: z.string().min(1).max(64),
  events: count,
});
export type Header = z.infer<typeof Header>;

export const Trailer = z.object({ end: z.literal(true), events: count, sha256: z.string().length(64) });
export type Trailer = z.infer<typeof Trailer>;

const EventLine = z.object({
  streamId: z.string(),
  revision: z.string().regex(/^\d{1,19}$/),
  id: z.string(),
  type: z.string(),
  data: z.record(z.string(), z.unknown()),
  metadata: z.record(z.string(), z.string()),
});

export const headerLine = (logId: string, events: number): string =>
  `${JSON.stringify({ format: FORMAT, version: VERSION, logId, events } satisfies Header)}\n`;

export const trailerLine = (events: number, sha256: string): string =>
  `${JSON.stringify({ end: true, events, sha256 } satisfies Trailer)}\n`;

export const eventLine = ({ streamId, revision, id, type, data, metadata }: CopiedEvent): string =>
  `${JSON.stringify({ streamId, revision: String(revision), id, type, data, metadata })}\n`;

/** @throws z.ZodError, SyntaxError it is no line of an event */
export function readEventLine(line: string): CopiedEvent {
  const { revision, ...event } = EventLine.parse(JSON.parse(line));
  return { ...event, revision: BigInt(revision) };
}
