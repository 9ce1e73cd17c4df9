import { ActionName, correctActionName, TenantName } from './names.js';

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

it.each([
  ['Send_Invoice', 'send-invoice'],
  [' send  invoice!', 'send-invoice'],
])('whoever asks for the action %j is told that perhaps %s was meant', (name, meant) => {
  expect(correctActionName(name)).toBe(
    `Action names are lower-case words joined by hyphens; perhaps ${meant} was meant.`,
  );
});

it.each(['', '!', 'a'.repeat(65)])('of %j no name can be made, and none is given', (name) => {
  expect(correctActionName(name)).toBe('Action names are lower-case words joined by hyphens.');
});
