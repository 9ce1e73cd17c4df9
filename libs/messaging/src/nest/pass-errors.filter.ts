import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';

/**
 * Hands what a handler, guard or pipe threw to `errorAnswer` as it is. Without it Nest logs the error and passes on
 * only `{ status: 'error', message: 'Internal server error' }`. For `app.useGlobalFilters()`.
 */
@Catch()
export class PassErrorsFilter implements RpcExceptionFilter<unknown> {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}
