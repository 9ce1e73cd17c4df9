import type { SelfTime, TimesOfThread } from './self-time.js';

/** Where the time of one thread went, for people. */
export const profileText = (file: string, { packages, functions }: TimesOfThread): string =>
  [`\n${file}`, 'by package', ...packages.map(line), 'by function, itself', ...functions.map(line)].join(
    '\n',
  );

const line = ({ place, share }: SelfTime): string => `  ${(share * 100).toFixed(1).padStart(5)} %  ${place}`;
