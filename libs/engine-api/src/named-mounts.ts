/** How a request names mounts besides the one that serves it: by a parameter of the path, below `within`, or by members of the body. */
export interface NamedMounts {
  readonly param?: string;
  readonly within?: string;
  readonly members?: readonly string[];
}
