import { type ActionName, executorSubjects } from '@action-do/contracts';
import type { NewsAmongExecutors, NewsOf } from '../bus/news-among-executors.js';

/** A version was registered or retired, for all to know at once. Whoever hears none looks into the log after a second. */
export const REGISTRATION: NewsOf<ActionName> = {
  what: 'a registration or retirement',
  subjectOf: executorSubjects.registered,
  pattern: executorSubjects.registeredPattern,
};

export type RegistryNews = NewsAmongExecutors<ActionName>;
