import { OnPath, type Operation, type PathHandler, type PathOptions } from '@tidelock/engine-api';

/**
 * Makes an `OnPath` for paths that have two names.
 *
 * @param name      what each path begins with.
 * @param otherName what its other name begins with, before the same end.
 * @param help      begins the help of the other name: behind `Old name of ` stands the path, without a parameter at its end.
 * @param common    options of all these paths.
 */
export const pathsOfTwoNames =
  (name: string, otherName: string, help: string, common: Partial<PathOptions>) =>
  (operation: Operation, end: string, own: PathOptions) =>
  <T extends PathHandler>(prototype: object, method: string, descriptor: TypedPropertyDescriptor<T>): void => {
    const options = { ...common, ...own };
    const path = name + end;
    OnPath(operation, path, options)(prototype, method, descriptor);
    const otherHelp = `${help}${path.replace(/\/[:*]\w+$/, '')}.`;
    OnPath(operation, otherName + end, { ...options, help: otherHelp })(prototype, method, descriptor);
  };
