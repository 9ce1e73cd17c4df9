import { isAnswerable } from './answerable.js';

describe('where answers may go', () => {
  it.each(['_INBOX.abc.1', '_INBOX.client-acme.abc.1', '_INBOX.x'])('to an inbox: %s', (reply) => {
    expect(isAnswerable(reply)).toBe(true);
  });

  it.each([
    '$JS.API.STREAM.PURGE.DO_EVENTS',
    '$JS.ACK.x',
    '$SYS.REQ.USER.INFO',
    'do.v1.evt.default.forged',
    'do.v1.gw.acme.action.pay.execute',
    'do.v1.handler.t.a.v1.run',
    'my.own.inbox',
    '_R_.x',
    '_INBOX',
    '_INBOXES.x',
    'x._INBOX.y',
    '_inbox.x',
    '',
    '>',
    '*',
    '_INBOX.>',
    '_INBOX.*',
    '_INBOX.',
    '_INBOX..x',
    '_INBOX.x.',
    '_INBOX.a b',
    '_INBOX.x\n',
    '_INBOX.x\r\nPUB y 0',
  ])('nowhere else: %j', (reply) => {
    expect(isAnswerable(reply)).toBe(false);
  });
});
