import type { JsonObject } from '../event-store.js';
import { type Current, collect, newEvent, newStream } from './fixtures.contract.js';

/** JSON.parse and not a literal: a literal's `__proto__` would set the prototype. */
const ownProto: JsonObject = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":1}}');

export function describeFidelity(current: Current): void {
  describe('what comes out is what went in', () => {
    it.each<[string, JsonObject]>([
      ['nothing', {}],
      ['nested values of every kind', { a: [1, 'b', null, true, { c: [[], {}] }], d: false, e: '' }],
      [
        'numbers',
        {
          numbers: [0, -1, 0.1, 1e21, 5e-324, 1.7976931348623157e308, 9007199254740991, -9007199254740991],
        },
      ],
      ['text beyond ASCII', { text: 'Größe ₤ 漢字 \u0000\u001f\u2028\u2029 "\\/\n\r\t', 'schlüssel🔑': 1 }],
      ['surrogate pairs, also at the edge of text', { text: '😀', edge: `${'x'.repeat(4_095)}😀` }],
      ['a lone surrogate', { text: '\ud83d', other: 'a\udc00b' }],
      ['keys that look like numbers, and their order', { z: 1, b: 2, a: 3, '10': 4, '9': 5 }],
      ['an own key __proto__', ownProto],
      ['a large text', { text: 'äbc'.repeat(150_000) }],
      ['a deep nest', nest(200)],
    ])('%s', async (_, data) => {
      const streamId = newStream();
      const event = newEvent(data);
      await current.store.append(streamId, [event, newEvent()], 'no-stream');
      const [stored] = await collect(current.store.readStream(streamId));
      expect(stored).toMatchObject({ id: event.id, type: event.type, streamId, revision: 0n });
      expect(stored!.data).toEqual(data);
      expect(JSON.stringify(stored!.data)).toBe(JSON.stringify(data));
    });

    it('an own key __proto__ stays a key and changes no prototype', async () => {
      const streamId = newStream();
      await current.store.append(streamId, [newEvent({ inner: ownProto })], 'no-stream');
      const [stored] = await collect(current.store.readStream(streamId));
      const inner = stored!.data['inner'] as JsonObject;
      expect(Object.keys(inner)).toEqual(['__proto__', 'constructor']);
      expect(Object.getPrototypeOf(inner)).toBe(Object.getPrototypeOf(stored!.data));
      expect('polluted' in {}).toBe(false);
    });

    it('types, ids and metadata', async () => {
      const streamId = newStream();
      const metadata = { tenant: 'default', 'trace-id': '00-abc', note: 'Größe 😀' };
      const event = { ...newEvent({ a: 1 }, 'ActionSucceeded'), metadata };
      await current.store.append(streamId, [event], 'no-stream');
      const [stored] = await collect(current.store.readStream(streamId));
      expect(stored).toMatchObject(event);
      expect(Object.keys(stored!).sort()).toEqual(
        ['createdAtMs', 'data', 'id', 'metadata', 'position', 'revision', 'streamId', 'type'].sort(),
      );
    });

    it('the time of writing is a whole number of milliseconds', async () => {
      const streamId = newStream();
      await current.store.append(streamId, [newEvent()], 'no-stream');
      const [stored] = await collect(current.store.readStream(streamId));
      expect(Number.isSafeInteger(stored!.createdAtMs)).toBe(true);
    });
  });

  describe('recorded events are copies', () => {
    it('changing what was passed in, even before the answer, changes nothing stored', async () => {
      const streamId = newStream();
      const list = [1, 2];
      const data: JsonObject = { list };
      const metadata: Record<string, string> = { a: 'b' };
      const events = [{ ...newEvent(), data, metadata }];
      const underWay = current.store.append(streamId, events, 'no-stream');
      list.push(3);
      data['more'] = true;
      metadata['a'] = 'changed';
      events.pop();
      await underWay;
      const stored = await collect(current.store.readStream(streamId));
      expect(stored).toHaveLength(1);
      expect(stored[0]).toMatchObject({ data: { list: [1, 2] }, metadata: { a: 'b' } });
      expect(stored[0]!.data).not.toHaveProperty('more');
    });

    it('changing what was read changes nothing for the next reader', async () => {
      const streamId = newStream();
      await current.store.append(streamId, [newEvent({ list: [1] })], 'no-stream');
      const [first] = await collect(current.store.readStream(streamId));
      (first!.data['list'] as number[]).push(2);
      first!.data['more'] = true;
      const [second] = await collect(current.store.readStream(streamId));
      expect(second!.data).toEqual({ list: [1] });
    });
  });
}

function nest(depth: number): JsonObject {
  let inner: JsonObject = { end: true };
  for (let level = 0; level < depth; level += 1) inner = { inner };
  return inner;
}
