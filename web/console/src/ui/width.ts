import { useEffect, useRef, useState, type RefObject } from 'react';

/** How wide an element is, now and after every change; 0 before it is there. */
export function useWidth<E extends HTMLElement>(): [element: RefObject<E | null>, width: number] {
  const element = useRef<E>(null), [width, setWidth] = useState(0);
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0));
    if (element.current) watch.observe(element.current);
    return () => watch.disconnect();
  }, []);
  return [element, width];
}
