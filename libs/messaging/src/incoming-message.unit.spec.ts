import { PayloadTooLarge } from './errors.js';
import { IncomingMessage } from './incoming-message.js';

const content = { payload: new Uint8Array(1), headers: {} };

describe('IncomingMessage', () => {
  it('sends the first answer that is accepted, and no other', () => {
    const sent: number[] = [];
    const message = new IncomingMessage('a', content, (payload) => {
      if (payload.byteLength > 5) throw new PayloadTooLarge(payload.byteLength, 5);
      sent.push(payload.byteLength);
    });
    expect(() => message.respond(new Uint8Array(6))).toThrow(PayloadTooLarge);
    message.respond(new Uint8Array(5));
    message.respond(new Uint8Array(4));
    message.respond(new Uint8Array(6));
    expect(sent).toEqual([5]);
    expect(message.wantsReply).toBe(true);
  });

  it('does nothing where nobody waits', () => {
    const message = new IncomingMessage('a', content, undefined);
    message.respond(new Uint8Array(1));
    expect(message.wantsReply).toBe(false);
  });
});
