import { readServerUrls } from './server-urls.js';

describe('NATS urls', () => {
  it.each([
    ['nats://h', { servers: ['h:4222'], isTls: false }],
    ['nats://h:1/', { servers: ['h:1'], isTls: false }],
    ['tls://[::1]:5', { servers: ['[::1]:5'], isTls: true }],
    ['nats://t%2Fk@h', { servers: ['h:4222'], isTls: false, token: 't/k' }],
    ['nats://u%40x:p%3A%25@h', { servers: ['h:4222'], isTls: false, user: 'u@x', password: 'p:%' }],
    [
      'nats://u:p@a:1, nats://b ,nats://u:p@c',
      { servers: ['a:1', 'b:4222', 'c:4222'], isTls: false, user: 'u', password: 'p' },
    ],
  ])('%s is read', (text, expected) => {
    expect(readServerUrls(text)).toEqual(expected);
  });

  it.each([
    ...[
      '',
      'h:4222',
      'nats://',
      'http://h',
      'nats://h/path',
      'nats://h?a=secret',
      'nats://h#x',
      'nats://h:70000',
    ],
    ...['nats://a,', 'nats://u:secret@a,nats://v:secret@b', 'nats://a,nats://u:secret@b', 'nats://a,tls://b'],
    'nats://%E0secret@h',
  ])('%j is refused, and nothing of it repeated', (text) => {
    expect(() => readServerUrls(text)).toThrow(TypeError);
    expect(() => readServerUrls(text)).not.toThrow(/secret/);
  });
});
