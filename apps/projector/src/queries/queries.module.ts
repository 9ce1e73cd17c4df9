import { type DynamicModule, Module } from '@nestjs/common';
import { ListsController } from './lists.controller.js';
import { Queries } from './queries.js';

/** The projector's subjects over queries that were put together elsewhere. */
@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: Nest's dynamic modules are classes
export class QueriesModule {
  static register(queries: Queries): DynamicModule {
    return {
      module: QueriesModule,
      controllers: [ListsController],
      providers: [{ provide: Queries, useValue: queries }],
    };
  }
}
