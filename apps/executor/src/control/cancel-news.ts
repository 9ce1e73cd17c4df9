import { type ExecutionId, executorSubjects } from '@action-do/contracts';
import type { NewsAmongExecutors, NewsOf } from '../bus/news-among-executors.js';

/** A cancel was recorded, and the attempt may be another executor's. What is missed, the log says when the attempt ends. */
export const CANCEL: NewsOf<ExecutionId> = {
  what: 'a cancel',
  subjectOf: executorSubjects.cancel,
  pattern: executorSubjects.cancelPattern,
};

export type CancelNews = NewsAmongExecutors<ExecutionId>;
