import { AnswerBody } from './answer-body.js';

describe('the body of an answer', () => {
  it('is what came, in its order', () => {
    const body = new AnswerBody(100_000);
    expect([body.isEmpty, body.bytes().byteLength]).toEqual([true, 0]);
    const chunks = Array.from({ length: 300 }, (_, at) => Buffer.alloc(at, at % 256));
    for (const chunk of chunks) expect(body.add(chunk)).toBe(true);
    expect(Buffer.compare(body.bytes(), Buffer.concat(chunks))).toBe(0);
    expect(body.isEmpty).toBe(false);
  });

  it('keeps no chunk, however many there are', () => {
    const body = new AnswerBody(16);
    const chunk = Buffer.from('a');
    for (const letter of 'small ones') {
      chunk.write(letter);
      body.add(chunk);
    }
    expect(Buffer.from(body.bytes()).toString()).toBe('small ones');
    expect(body.bytes().buffer.byteLength).toBe(16);
  });

  it('is cut at its bound, and says so', () => {
    const body = new AnswerBody(5_000);
    expect(body.add(Buffer.alloc(4_999))).toBe(true);
    expect(body.add(Buffer.alloc(1))).toBe(true);
    expect(body.add(Buffer.alloc(1))).toBe(false);
    expect([body.bytes().byteLength, body.bytes().buffer.byteLength]).toEqual([5_000, 5_000]);
  });
});
