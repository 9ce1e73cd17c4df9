import fc from 'fast-check';
import { type Msg, MsgHdrsImpl } from 'nats';
import { readHeaders } from './nats-headers.js';
import { plainHeaders } from './plain-headers.js';

/** A message as the vendor's client hands it over: its block and payload are views of what came from the socket. */
function messageWith(block: Buffer, { before = 'HMSG a.b 1 c.d 99 99\r\n', payload = '{}' } = {}): Msg {
  const all = Buffer.concat([Buffer.from(before), block, Buffer.from(payload)]);
  const data = all.subarray(all.length - Buffer.byteLength(payload));
  const [subject, reply] = ['a.b', 'c.d'];
  const size = (): number => subject.length + reply.length + block.length + data.length;
  const unused = (): never => {
    throw new Error('not used');
  };
  const message = { subject, reply, sid: 1, data, size, respond: unused, json: unused, string: unused };
  return message;
}

/** The vendor's client alone reads a message that does not tell its size. */
const readByVendor = (block: Buffer): unknown => {
  const message = { ...messageWith(block), size: undefined, headers: MsgHdrsImpl.decode(block) };
  try {
    return { ...readHeaders(message) };
  } catch {
    return 'unreadable';
  }
};

describe('headers read from the bytes', () => {
  const piece = fc.oneof(
    fc.constantFrom('Do-Attempt', 'do-attempt', 'a', 'A', '__proto__', 'constructor', ': ', ':', ' ', '\t'),
    fc.constantFrom(
      '\r\n',
      '\r\n\r\n',
      '\r',
      '\n',
      '1',
      'NATS/1.0',
      'ä',
      '\u2028',
      '\ufeff',
      'x'.repeat(300),
    ),
    fc.string({ maxLength: 8, unit: 'binary' }),
  );
  const block = fc.oneof(
    fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
    fc
      .array(fc.tuple(fc.constantFrom('Do-Attempt', 'a', 'A', 'b', 'traceparent', '__proto__'), piece))
      .map((lines) => `NATS/1.0\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`),
  );

  it('are what the vendor reads, or left to the vendor', () => {
    let plainCount = 0;
    fc.assert(
      fc.property(block, (text) => {
        const bytes = Buffer.from(text);
        const plain = plainHeaders(messageWith(bytes));
        if (plain === undefined) return;
        plainCount += 1;
        expect({ ...plain }).toEqual(readByVendor(bytes));
      }),
      { numRuns: 2_000 },
    );
    expect(plainCount).toBeGreaterThan(200);
  });

  it('of an ordinary call are read without the vendor, and inherit nothing', () => {
    const bytes = Buffer.from('NATS/1.0\r\nDo-Attempt: 1\r\n__proto__:  p \r\nempty:\r\n\r\n');
    const plain = plainHeaders(messageWith(bytes));
    expect({ ...plain }).toEqual(JSON.parse('{"Do-Attempt":"1","__proto__":"p","empty":""}'));
    expect(plain?.['constructor']).toBeUndefined();
    expect(Object.isFrozen(plain)).toBe(true);
  });

  it.each([
    ['a status', 'NATS/1.0 503\r\n\r\n'],
    ['a name twice', 'NATS/1.0\r\na: 1\r\nA: 2\r\n\r\n'],
    ['a name that is none', 'NATS/1.0\r\na b: 1\r\n\r\n'],
    ['many names', `NATS/1.0\r\n${Array.from({ length: 17 }, (_, n) => `n${n}: 1\r\n`).join('')}\r\n`],
    ['a break within a value', 'NATS/1.0\r\na: 1\n2\r\n\r\n'],
    ['no end', 'NATS/1.0\r\na: 1\r\n'],
    ['something behind the end', 'NATS/1.0\r\na: 1\r\n\r\nb: 2\r\n\r\n'],
  ])('%s is left to the vendor', (_, text) => {
    expect(plainHeaders(messageWith(Buffer.from(text)))).toBeUndefined();
  });

  it('are not looked for where the sizes do not fit', () => {
    const block = Buffer.from('NATS/1.0\r\na: 1\r\n\r\n');
    const message = messageWith(block);
    expect(plainHeaders({ ...message, subject: 'ä.b' })).toEqual(plainHeaders(message));
    expect(plainHeaders({ ...message, subject: 'a.bc' })).toBeUndefined();
    expect(plainHeaders({ ...message, data: new Uint8Array(2) })).toBeUndefined();
    expect({ ...readHeaders({ ...message, subject: 'a.bc', headers: MsgHdrsImpl.decode(block) }) }).toEqual({
      a: '1',
    });
  });
});
