/** What a service tells of its event log beside what calls throw: whoever runs it has to know, and nothing of it stops. */
interface Trouble {
  readonly code: string;
  readonly message: string;
}

interface Foreign {
  readonly streamId: string;
  readonly revision: bigint;
  readonly message: string;
}

interface Teller {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** `onTrouble` and `onForeignEvent` of an event store. */
export function tellOfEventLog(logger: Teller) {
  return {
    onTrouble(trouble: Trouble | null): void {
      if (trouble === null) {
        logger.info({}, 'the event log is followed again');
        return;
      }
      const level = trouble.code === 'LOG_ACCESS_DENIED' ? 'error' : 'warn';
      logger[level]({ reason: trouble.message }, 'the event log is not followed at present');
    },
    onForeignEvent({ streamId, revision, message }: Foreign): void {
      logger.error(
        { stream: streamId, revision: String(revision), reason: message },
        'somebody else has written into a stream of ours: it is passed over, and the stream is of no use by itself',
      );
    },
  };
}
