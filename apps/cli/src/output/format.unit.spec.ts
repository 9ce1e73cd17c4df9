import { formatIn } from './format.js';

it.each([
  [['ls'], 'table'],
  [['ls', '-o', 'json', '--nope'], 'json'],
  [['--output=ndjson', 'ls'], 'ndjson'],
  [['-ojson'], 'json'],
  [['-o', 'xml'], 'table'],
  [['-o'], 'table'],
] as const)('a command line that cannot be understood still says how to write errors: %j', (argv, format) => {
  expect(formatIn(argv)).toBe(format);
});
