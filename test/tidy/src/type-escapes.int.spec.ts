import { findLines, isTest, listFiles } from './repository.js';

// The linter refuses `any`; this refuses the ways around the linter and the compiler.
const escapes =
  /@ts-(ignore|nocheck|expect-error)|as unknown as|: any\b|<any>|\bas any\b|biome-ignore.*(noExplicitAny|noNonNull)/;

it('no production code gives up its types', () => {
  const production = listFiles('apps/*.ts', 'libs/*.ts', 'examples/*.ts').filter((path) => !isTest(path));
  expect(findLines(production, escapes)).toEqual([]);
});
