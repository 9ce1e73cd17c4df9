/** Checks what a client wants written before anything is decided about it. */
import type shared from '@eventstore/db-client/generated/shared_pb.js';
import type { NewRawEvent } from '../embedded/raw-event.js';
import { badRequest, type Expected, type Refused } from './append-outcome.js';

/** Names are kept in full in every record of their stream. */
export const STREAM_NAME_BYTES_MAX = 128 * 1024;
const LARGE_MESSAGE_BYTES = 64 * 1024;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const NO_UUID = '00000000-0000-0000-0000-000000000000';
const JSON_CONTENT = 'application/json';

/** What both ways to append call a proposed message. */
export interface ProposedMessage {
  getId(): shared.UUID | undefined;
  getMetadataMap(): { get(key: string): string | undefined };
  getCustomMetadata_asU8(): Uint8Array;
  getData_asU8(): Uint8Array;
}

/** What all requests that expect something of a stream have; `revision` differs by name. */
export interface ExpectationOptions {
  hasAny(): boolean;
  hasNoStream(): boolean;
  hasStreamExists(): boolean;
}

/** A part of a message keeps the whole message in memory: a small part of a large one is copied out. */
const owned = (bytes: Uint8Array): Uint8Array =>
  bytes.length * 4 + LARGE_MESSAGE_BYTES < bytes.buffer.byteLength ? bytes.slice() : bytes;

/** The name as it came, of an identifier that may be kept. */
export function nameBytesOf(identifier: shared.StreamIdentifier | undefined): Uint8Array {
  const bytes = owned(identifier?.getStreamName_asU8() ?? new Uint8Array());
  identifier?.setStreamName(bytes);
  return bytes;
}

/** @returns the name as text; what is no UTF-8 is replaced, as a real server does */
export function streamNameOf(identifier: shared.StreamIdentifier | undefined): string | Refused {
  const bytes = identifier?.getStreamName_asU8() ?? new Uint8Array();
  if (bytes.length === 0) return badRequest('the stream has no name');
  if (bytes.length > STREAM_NAME_BYTES_MAX)
    return badRequest(`the name of a stream has at most ${STREAM_NAME_BYTES_MAX} bytes, not ${bytes.length}`);
  const name = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  return name === '$$' ? badRequest('$$ is the metadata stream of nothing') : name;
}

/** @param revision as the message says it, where it says one */
export function expectedOf(options: ExpectationOptions, revision: string | undefined): Expected | Refused {
  if (options.hasAny()) return 'any';
  if (options.hasNoStream()) return 'no-stream';
  if (options.hasStreamExists()) return 'stream-exists';
  if (revision !== undefined) return BigInt(revision);
  return badRequest('nothing is said about what the stream is expected to be');
}

export function proposedEvent(message: ProposedMessage): NewRawEvent | Refused {
  const id = uuidText(message.getId());
  if (id === undefined || !UUID.test(id) || id === NO_UUID)
    return badRequest('an event has no id that is a UUID');
  const described = message.getMetadataMap();
  const type = described.get('type');
  if (!type) return badRequest(`event ${id} has no type`);
  const contentType = described.get('content-type');
  if (!contentType) return badRequest(`event ${id} has no content type`);
  const data = owned(message.getData_asU8());
  const metadata = owned(message.getCustomMetadata_asU8());
  return { id, type, isJson: contentType === JSON_CONTENT, data, metadata };
}

export const contentTypeOf = (isJson: boolean): string =>
  isJson ? JSON_CONTENT : 'application/octet-stream';

/** In lower case; a structured UUID is two signed halves. */
export function uuidText(uuid: shared.UUID | undefined): string | undefined {
  const structured = uuid?.getStructured();
  if (!structured) return uuid?.getString().toLowerCase();
  const half = (bits: string) => BigInt.asUintN(64, BigInt(bits)).toString(16).padStart(16, '0');
  const digits = half(structured.getMostSignificantBits()) + half(structured.getLeastSignificantBits());
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
