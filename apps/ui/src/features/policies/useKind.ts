import { useParams } from '@tanstack/react-router';
import type { Kind } from './kinds';

/** The route has looked at it. */
export const useKind = (): Kind => useParams({ strict: false }).kind as Kind;

export const useName = (): string => useParams({ strict: false }).name ?? '';
