import { isTest, listFiles, textOf } from './repository.js';

const comments = /\/\*[\s\S]*?\*\/|\/\/.*$/gm;
const reExports = /export\s+(type\s+)?(\*(\s+as\s+\w+)?|\{[^}]*\})\s+from\s+'[^']+';/g;

const onlyReExports = (path: string): boolean => {
  const code = textOf(path).replace(comments, '').trim();
  return code !== '' && code.replace(reExports, '').trim() === '';
};

it('no file but an index.ts only hands on the exports of others', () => {
  const files = listFiles('apps/*.ts', 'libs/*.ts', 'test/*.ts', 'examples/*.ts').filter(
    (path) => !isTest(path),
  );
  expect(files.filter((path) => !/\/src\/(nest\/)?index\.ts$/.test(path) && onlyReExports(path))).toEqual([]);
});
