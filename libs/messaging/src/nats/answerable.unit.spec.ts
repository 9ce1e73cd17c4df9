import { isAnswerable } from './answerable.js';

const requestPatterns = ['do.v1.gw.>', 'do.v1.handler.*.*.*.run'];

describe('where answers may go', () => {
  it.each(['_INBOX.abc.1', '_R_.x', 'my.own.inbox', 'do.v1.gw', 'do.v1.handler.t.a.v1.undo', '$JS.ACK.x'])(
    'to %s',
    (reply) => {
      expect(isAnswerable(reply, requestPatterns)).toBe(true);
    },
  );

  it.each([
    'do.v1.gw.acme.action.pay.execute',
    'do.v1.handler.t.a.v1.run',
    '',
    '>',
    '*',
    '_INBOX.>',
    '_INBOX..x',
    'a b',
  ])('not to %j', (reply) => {
    expect(isAnswerable(reply, requestPatterns)).toBe(false);
  });
});
