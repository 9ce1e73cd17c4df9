import { findLines, isTest, listFiles, textOf } from './repository.js';

const specs = listFiles('*.ts').filter(isTest);
const reason = /\/\/ Skipped: \S+/;

it('no test is run at the cost of the others', () => {
  expect(findLines(specs, /\b(it|test|describe)\.only\b|\bf(it|describe)\(/)).toEqual([]);
});

it('a test that is switched off has a line "// Skipped: why" above it', () => {
  const off = findLines(specs, /\b(it|test|describe)\.(skip|todo)\b|\bx(it|test|describe)\(/);
  const unexplained = off.filter((found) => {
    const [path = '', line = '0'] = found.split(':');
    return !reason.test(textOf(path).split('\n')[Number(line) - 2] ?? '');
  });
  expect(unexplained).toEqual([]);
});
