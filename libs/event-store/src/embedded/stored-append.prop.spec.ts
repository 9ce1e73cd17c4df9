import fc from 'fast-check';
import type { JsonObject, NewEvent } from '../event-store.js';
import { CorruptLog } from './errors.js';
import type { NewRawEvent } from './raw-event.js';
import { decodeAppend, encodeAppend } from './stored-append.js';
import { decodeHeader } from './stored-header.js';
import { decodeRawAppend, encodeRawAppend } from './stored-raw-append.js';

const json = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue(), { noNullPrototype: true });
const newEvents: fc.Arbitrary<NewEvent[]> = fc.array(
  fc.record({
    id: fc.uuid(),
    type: fc.string({ minLength: 1, unit: 'binary' }),
    data: json.map((value): JsonObject => JSON.parse(JSON.stringify(value))),
    metadata: fc.dictionary(fc.string(), fc.string({ unit: 'binary' }), { noNullPrototype: true }),
  }),
  { minLength: 1, maxLength: 5 },
);

describe('a stored append', () => {
  it('gives back every event as it was, key order included, with its place', () => {
    fc.assert(
      fc.property(newEvents, fc.nat(), fc.nat(), fc.nat(), (events, firstRevision, before, ticks) => {
        const header = {
          streamId: 'a.b_c-1',
          firstRevision,
          count: events.length,
          createdAtMs: 1_767_225_600_000,
          ticks,
          isRaw: false,
        };
        const bytes = encodeAppend(header, events);
        expect(decodeHeader(bytes)).toEqual(header);
        const decoded = decodeAppend(bytes, decodeHeader(bytes), before + 1);
        for (const [index, event] of decoded.entries()) {
          const { id, type, data, metadata, streamId, revision, position, createdAtMs } = event;
          expect(JSON.stringify({ id, type, data, metadata })).toBe(JSON.stringify(events[index]));
          expect([streamId, createdAtMs]).toEqual([header.streamId, header.createdAtMs]);
          expect(revision).toBe(BigInt(firstRevision + index));
          expect(position).toBe(BigInt(before + 1 + index));
        }
      }),
    );
  });

  it.each([
    ['no first line', '["s",0,1,5]'],
    ['a first line that is not JSON', '["s",0,\n[]'],
    ['a first line of another shape', '["s",0]\n[]'],
    ['fewer events than the first line says', '["s",0,2,5]\n[{}]'],
    ['events cut off', '["s",0,1,5]\n[{"id":'],
  ])('with %s is refused as corrupt', (_, text) => {
    const bytes = Buffer.from(text);
    expect(() => decodeAppend(bytes, decodeHeader(bytes), 1)).toThrow(CorruptLog);
  });
});

const rawEvents: fc.Arbitrary<NewRawEvent[]> = fc.array(
  fc.record({
    id: fc.uuid(),
    type: fc.string({ unit: 'binary' }),
    isJson: fc.boolean(),
    data: fc.uint8Array({ maxLength: 300 }),
    metadata: fc.uint8Array({ maxLength: 30 }),
  }),
  { minLength: 1, maxLength: 5 },
);

describe('a stored append of raw events', () => {
  const headerOf = (streamId: string, count: number, ticks = 0) => ({
    streamId,
    firstRevision: 3,
    count,
    createdAtMs: 1_767_225_600_000,
    ticks,
    isRaw: true,
  });

  it('gives back every byte, under any name of the stream', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), rawEvents, fc.nat(), (name, events, ticks) => {
        const header = headerOf(name, events.length, ticks);
        const bytes = encodeRawAppend(header, events);
        expect(decodeHeader(bytes)).toEqual(header);
        for (const [index, event] of decodeRawAppend(bytes, decodeHeader(bytes), 7).entries()) {
          const { id, type, isJson, data, metadata } = event;
          expect({ id, type, isJson, data: [...data], metadata: [...metadata] }).toEqual({
            ...events[index],
            data: [...(events[index]?.data ?? [])],
            metadata: [...(events[index]?.metadata ?? [])],
          });
          expect([event.streamName, event.revision, event.position]).toEqual([
            name,
            BigInt(3 + index),
            BigInt(7 + index),
          ]);
        }
      }),
    );
  });

  it.each([
    ['no line that describes them', '["s",0,1,5,0,"raw"]\n[["a","b",1,0,0]]'],
    ['descriptions that do not fit', '["s",0,1,5,0,"raw"]\n[["a","b",1]]\n'],
    ['fewer events than the first line says', '["s",0,2,5,0,"raw"]\n[["a","b",1,0,0]]\n'],
    ['fewer bytes than described', '["s",0,1,5,0,"raw"]\n[["a","b",1,3,0]]\nxy'],
    ['more bytes than described', '["s",0,1,5,0,"raw"]\n[["a","b",1,1,0]]\nxy'],
    ['a layout of a later version', '["s",0,1,5,0,"other"]\n[["a","b",1,0,0]]\n'],
  ])('with %s is refused as corrupt', (_, text) => {
    const bytes = Buffer.from(text);
    expect(() => decodeRawAppend(bytes, decodeHeader(bytes), 1)).toThrow(CorruptLog);
  });
});
