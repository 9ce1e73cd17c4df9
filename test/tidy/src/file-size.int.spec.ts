import { listFiles, textOf } from './repository.js';

const linesMax = 350;
const medianMax = 130;

const sizes = listFiles('*.ts', '*.tsx', '*.mts', '*.mjs').map((path) => ({
  path,
  lines: textOf(path).split('\n').length - 1,
}));

it(`no source file has more than ${linesMax} lines`, () => {
  expect(sizes.filter(({ lines }) => lines > linesMax)).toEqual([]);
});

it(`half of the source files have fewer than ${medianMax} lines`, () => {
  const ascending = sizes.map(({ lines }) => lines).sort((a, b) => a - b);
  expect(ascending[Math.floor(ascending.length / 2)]).toBeLessThan(medianMax);
});
