import { Writable } from 'node:stream';
import { dropUnread } from './drop-unread.js';

it('what nobody reads any longer is dropped: no output of those that are named ends the process', () => {
  const outputs = [1, 2].map(() => new Writable());
  dropUnread(...outputs);
  for (const output of outputs) output.emit('error', new Error('write EPIPE'));
  expect(() => new Writable().emit('error', new Error('write EPIPE'))).toThrow('write EPIPE');
});
