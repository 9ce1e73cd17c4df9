import { findLines, isTest, listFiles } from './repository.js';

// Text, not syntax: unlike the lint rules it also sees what a `biome-ignore` hides.
const surprises =
  /Date\.now|new Date\(\)|Math\.random|randomUUID|from 'node:|setTimeout|setInterval|process\.|biome-ignore/;

it('the core has no clock, no randomness, no timer and no Node module', () => {
  const core = listFiles('libs/contracts/src', 'libs/domain/src').filter((path) => !isTest(path));
  expect(core.length).toBeGreaterThan(0);
  expect(findLines(core, surprises)).toEqual([]);
});
