/**
 * How raw events are stored: the header line, a line that describes them, then their bytes one after the other.
 *
 *     ["orders 7",0,2,1767225600000,0,"raw"]
 *     [["<id>","OrderPlaced",1,17,0],["<id>","OrderPaid",0,4,2]]     id, type, is JSON, bytes of data, bytes of metadata
 *     {"amount":12.50}…
 *
 * Reading copies nothing and looks into nothing. Changing this is a new format of the log.
 */
import { ticksOf } from './append-clock.js';
import { CorruptLog } from './errors.js';
import type { NewRawEvent, RawEvent } from './raw-event.js';
import { type AppendHeader, encodeHeader, lineEnd, parseLine } from './stored-header.js';

export function encodeRawAppend(header: AppendHeader, events: readonly NewRawEvent[]): Buffer {
  const described = events.map(({ id, type, isJson, data, metadata }) => [
    id,
    type,
    isJson ? 1 : 0,
    data.length,
    metadata.length,
  ]);
  const lines = Buffer.from(`${encodeHeader(header)}\n${JSON.stringify(described)}\n`);
  return Buffer.concat([lines, ...events.flatMap(({ data, metadata }) => [data, metadata])]);
}

/** What a type takes here: up to six times its length, where its characters have to be escaped. */
export const encodedTypeBytes = (type: string): number => Buffer.byteLength(JSON.stringify(type));

/** @throws CorruptLog */
export function decodeRawAppend(bytes: Buffer, header: AppendHeader, firstPosition: number): RawEvent[] {
  const { streamId, firstRevision, count } = header;
  const begin = lineEnd(bytes, 0) + 1;
  const end = lineEnd(bytes, begin);
  const described = parseLine(bytes.toString('utf8', begin, end));
  let offset = end + 1;
  const take = (length: number) => {
    offset += length;
    return bytes.subarray(offset - length, offset);
  };
  const events = described.map((description, index): RawEvent => {
    if (!isDescription(description))
      throw new CorruptLog(`an event of the record at position ${firstPosition} is not described`);
    const [id, type, isJson, dataBytes, metadataBytes] = description;
    return {
      id,
      type,
      isJson: isJson === 1,
      data: take(dataBytes),
      metadata: take(metadataBytes),
      streamName: streamId,
      revision: BigInt(firstRevision + index),
      position: BigInt(firstPosition + index),
      createdTicks: ticksOf(header, index),
    };
  });
  if (events.length !== count || offset !== bytes.length)
    throw new CorruptLog(`the record at position ${firstPosition} does not hold ${count} events`);
  return events;
}

type Description = [id: string, type: string, isJson: number, dataBytes: number, metadataBytes: number];

const isDescription = (value: unknown): value is Description =>
  Array.isArray(value) &&
  value.length === 5 &&
  value.every((member, index) => (index < 2 ? typeof member === 'string' : typeof member === 'number'));
