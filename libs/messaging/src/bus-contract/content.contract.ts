import type { BusMessage } from '../bus.js';
import { PayloadTooLarge } from '../errors.js';
import { header } from '../header.js';
import type { BusPair } from './bus-pair.contract.js';
import { bytes, patient, textOf, until } from './bus-probe.contract.js';

export function describeContent(on: BusPair): void {
  describe('content (B1)', () => {
    it('bytes arrive as they were, the empty payload too', async () => {
      const binary = Uint8Array.from({ length: 256 }, (_, n) => n);
      on.answerer.subscribe('echo', (message) => message.respond(message.payload));
      await on.ready();
      expect([...(await on.asker.request('echo', binary, patient)).payload]).toEqual([...binary]);
      expect((await on.asker.request('echo', new Uint8Array(0), patient)).payload.byteLength).toBe(0);
      const part = Buffer.from('outside INSIDE outside').subarray(8, 14);
      expect(textOf(await on.asker.request('echo', part, patient))).toBe('INSIDE');
    });

    it('what is changed after sending stays as it was sent', async () => {
      const answer = Buffer.from('answer');
      on.answerer.subscribe('frozen', (message) => {
        message.respond(answer, answerHeaders);
        answer.fill('!');
        answerHeaders['Mark'] = 'changed';
        heard.push(`${textOf(message)} ${header(message.headers, 'Mark')}`);
      });
      const answerHeaders: Record<string, string> = { Mark: 'as sent' };
      const heard: string[] = [];
      await on.ready();
      const question = Buffer.from('question');
      const headers: Record<string, string> = { Mark: 'as sent' };
      const reply = on.asker.request('frozen', question, { ...patient, headers });
      question.fill('!');
      headers['Mark'] = 'changed';
      expect(textOf(await reply)).toBe('answer');
      expect(header((await reply).headers, 'Mark')).toBe('as sent');
      expect(heard).toEqual(['question as sent']);
    });

    it('no two receivers share a payload', async () => {
      const heard: string[] = [];
      const spoil = (message: BusMessage): void => {
        heard.push(textOf(message));
        message.payload.fill(0);
      };
      on.answerer.subscribe('spoilt', spoil);
      on.answerer.subscribe('spoilt', spoil);
      await on.ready();
      on.asker.publish('spoilt', Buffer.from('whole'));
      await until(() => heard.length === 2);
      expect(heard).toEqual(['whole', 'whole']);
    });

    it('headers travel both ways, names as sent, found in any case', async () => {
      let heard: BusMessage | undefined;
      on.answerer.subscribe('headers', (message) => {
        heard = message;
        message.respond(bytes(''), { 'Idempotency-Status': 'new', constructor: 'own' });
      });
      await on.ready();
      const headers = { 'Idempotency-Key': 'k:1', 'ce-id': ' padded ', empty: '', utf8: 'Grüße 👋' };
      const reply = await on.asker.request('headers', bytes(''), { ...patient, headers });
      expect({ ...heard?.headers }).toEqual({ ...headers, 'ce-id': 'padded' });
      expect(header(heard?.headers ?? {}, 'idempotency-key')).toBe('k:1');
      expect(header(heard?.headers ?? {}, 'toString')).toBeUndefined();
      expect(heard?.headers['toString']).toBeUndefined();
      expect({ ...reply.headers }).toEqual({ 'Idempotency-Status': 'new', constructor: 'own' });
      expect(header(reply.headers, 'IDEMPOTENCY-STATUS')).toBe('new');
    });

    it.each([
      { 'a:b': '' },
      { '': '' },
      { 'a b': '' },
      { ä: '' },
      { a: 'x\r\ny: z' },
      { a: 'x\ny' },
      { a: '\ud800' },
    ])('the malformed header %j is refused', async (headers) => {
      expect(() => on.asker.publish('x', bytes(''), headers)).toThrow(TypeError);
      await expect(on.asker.request('x', bytes(''), { ...patient, headers })).rejects.toThrow(TypeError);
    });

    it('a payload at the limit travels, one byte more is refused at the sender (B6)', async () => {
      const heard: number[] = [];
      on.answerer.subscribe('large', (message) => {
        heard.push(message.payload.byteLength);
        message.respond(message.payload);
      });
      await on.ready();
      const fits = new Uint8Array(on.asker.payloadBytesMax);
      const tooLarge = new Uint8Array(on.asker.payloadBytesMax + 1);
      expect((await on.asker.request('large', fits, patient)).payload.byteLength).toBe(fits.byteLength);
      expect(() => on.asker.publish('large', tooLarge)).toThrow(PayloadTooLarge);
      await expect(on.asker.request('large', tooLarge, patient)).rejects.toBeInstanceOf(PayloadTooLarge);
      expect(() => on.asker.publish('large', fits, { headers: 'count too' })).toThrow(PayloadTooLarge);
      await on.ready();
      expect(heard).toEqual([fits.byteLength]);
    });

    it('an answer over the limit throws at the responder, who can still send a smaller one (B6)', async () => {
      let thrown: unknown;
      on.answerer.subscribe('verbose', (message) => {
        try {
          message.respond(new Uint8Array(on.answerer.payloadBytesMax + 1));
        } catch (error) {
          thrown = error;
          message.respond(bytes('in short'));
        }
      });
      await on.ready();
      expect(await on.ask('verbose')).toBe('in short');
      expect(thrown).toBeInstanceOf(PayloadTooLarge);
    });
  });
}
