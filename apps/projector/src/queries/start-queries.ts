import 'reflect-metadata';
import { PROJECTOR_QUEUE, problem } from '@action-do/contracts';
import { BusServer, PassErrorsFilter } from '@action-do/messaging/nest';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { encodeProblem, errorAnswer } from './error-answer.js';
import { Queries, type QueriesParts } from './queries.js';
import { QueriesModule } from './queries.module.js';

/** Puts the reading half of a projector on the bus. Closing takes no new questions and lets those under way be answered. */
export async function startQueries(parts: QueriesParts): Promise<{ close(): Promise<void> }> {
  const strategy = new BusServer({
    bus: parts.bus,
    queue: PROJECTOR_QUEUE,
    errorAnswer: errorAnswer(parts.logger),
    // With the headers of an error: without them a gateway would take it for a list.
    lastResort: encodeProblem(problem('INTERNAL')),
  });
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(
    QueriesModule.register(new Queries(parts)),
    // Everything that fails here is thrown or answered; Nest's own lines would stand between our JSON lines.
    { strategy, logger: false, abortOnError: false },
  );
  app.useGlobalFilters(new PassErrorsFilter());
  await app.listen();
  return app;
}
