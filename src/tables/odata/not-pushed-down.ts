/** What OData allows and Keepnet cannot be asked: refused by its name, since it would otherwise be read whole, or left out of account. */
import { AppError } from '../../errors.js';

/** `option` names the query option; `problem` is a sentence without its full stop. */
export function notPushedDown(option: string, problem: string): AppError {
  return new AppError('NOT_PUSHED_DOWN', `${option}: ${problem}.`, { argument: option });
}
