/** Where a log can be: a store by its url, or a file. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  CorruptLog,
  type EventStore,
  type EventStoreOptions,
  FolderInUse,
  FormatTooNew,
  NotAnEventLog,
  type OnPassedOver,
  openEventStore,
  SecondLogClient,
  StoreUnavailable,
} from '@action-do/event-store';
import { EXIT, Refused } from './refused.js';

export type Place = { readonly kind: 'file'; readonly file: string } | StorePlace;
export interface StorePlace {
  readonly kind: 'store';
  readonly url: string;
}

const EMBEDDED = 'embedded:';
const LOG_FILE = 'log.mdb';

/** @param from the folder that relative paths are relative to */
export function placeOf(text: string, from: string): Place {
  if (text.startsWith(EMBEDDED))
    return { kind: 'store', url: `${EMBEDDED}${resolve(from, text.slice(EMBEDDED.length))}` };
  return /^[a-z+]+:\/\//i.test(text)
    ? { kind: 'store', url: text }
    : { kind: 'file', file: resolve(from, text) };
}

/** For messages: of the url of a server its protocol and host, for a password may be anywhere else in it. */
export function nameOf(place: Place): string {
  if (place.kind === 'file') return place.file;
  if (isEmbedded(place)) return place.url;
  const [protocol = ''] = place.url.split('//');
  return `${protocol}//${URL.canParse(place.url) ? new URL(place.url).host : '…'}`;
}

export const isEmbedded = (place: Place): boolean => place.kind === 'store' && place.url.startsWith(EMBEDDED);

/** @throws Refused there is none, or somebody holds it */
export async function openToRead(place: StorePlace, onPassedOver: OnPassedOver): Promise<EventStore> {
  if (place.url.startsWith(EMBEDDED) && !existsSync(join(place.url.slice(EMBEDDED.length), LOG_FILE)))
    throw new Refused(
      'NOT_FOUND',
      EXIT.notFound,
      `${place.url.slice(EMBEDDED.length)} holds no event log.`,
      'Name the folder log in the data folder of the platform.',
    );
  return openStore(place.url, { onPassedOver });
}

/** Makes the folder of an embedded log that is not there. @throws Refused somebody holds it, nobody answers, or it is no log */
export function openToWrite({ url }: StorePlace): Promise<EventStore> {
  return openStore(url, {});
}

async function openStore(url: string, options: EventStoreOptions): Promise<EventStore> {
  try {
    return await openEventStore(url, options);
  } catch (error) {
    throw refusalOf(error);
  }
}

/** What was opened is left as it is. */
function refusalOf(error: unknown): unknown {
  const cause = { cause: error };
  if (error instanceof FolderInUse)
    return new Refused(
      'IN_PROGRESS',
      EXIT.refused,
      `${error.message}.`,
      'Stop whoever uses it, and run the same command again.',
      cause,
    );
  if (error instanceof NotAnEventLog || error instanceof FormatTooNew)
    return new Refused('REQUEST_INVALID', EXIT.refused, `${error.message}.`, 'Name another folder.', cause);
  // It never repeats the address: a password may be in it.
  if (error instanceof TypeError)
    return new Refused('REQUEST_INVALID', EXIT.usage, `${error.message}.`, 'Run: ado log --help.', cause);
  if (error instanceof StoreUnavailable)
    return new Refused(
      'UNAVAILABLE',
      EXIT.unreachable,
      `${error.message}.`,
      'Start the store, or correct its address.',
      cause,
    );
  if (error instanceof SecondLogClient)
    return new Refused(
      'REQUEST_INVALID',
      EXIT.usage,
      'Both are servers, and one process is a client of one alone.',
      'Export the one into a file, then import that into the other.',
      cause,
    );
  if (error instanceof CorruptLog)
    return new Refused(
      'INTERNAL',
      EXIT.verificationFailed,
      `${error.message}.`,
      'Take the log from a backup.',
      cause,
    );
  return error;
}
