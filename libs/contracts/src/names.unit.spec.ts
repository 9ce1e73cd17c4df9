import { ActionName, TenantName } from './names.js';

describe.each([
  ['an action', ActionName],
  ['a tenant', TenantName],
])('the name of %s', (_what, Name) => {
  it.each(['a', '1', 'send-invoice', 'a1-2b', '2fa', 'a'.repeat(64)])('may be %s', (name) => {
    expect(Name.parse(name)).toBe(name);
  });

  it.each([
    '',
    'a'.repeat(65),
    'Send',
    'send_invoice',
    'send.invoice',
    'send invoice',
    '-send',
    'send-',
    'send--invoice',
    'send\n',
    'größe',
    '*',
    '>',
    'a@1',
    '../a',
  ])('is not %j', (name) => {
    expect(Name.safeParse(name).success).toBe(false);
  });
});
