/** What the worker of `follow-in-threads.ts` waits for in the scenario `follow`. */
export const FOLLOWED_EVENTS = 10_000;
