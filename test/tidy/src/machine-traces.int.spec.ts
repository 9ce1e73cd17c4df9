import { findLines, listFiles } from './repository.js';

it('no file names a path of the machine it was written on', () => {
  expect(findLines(listFiles(':!package-lock.json'), /\/(work|root|farm)\/|\/home\/\w|\/Users\/\w/)).toEqual(
    [],
  );
});

it('no file names the host of a package registry', () => {
  const hosts = /registry\.npmjs|deb\.debian\.org|nuget\.org/;
  expect(findLines(listFiles(':!package-lock.json'), hosts)).toEqual([]);
});

it('the lock file leaves the choice of a registry to npm', () => {
  expect(findLines(['package-lock.json'], /"resolved": "\w+:/)).toEqual([]);
});
