// What both previews stand in: a card with its title, which the window bears too.
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { Logo } from '../../shared/look.tsx';

export function Frame({ title, children }: { title: string; children: ComponentChildren }) {
  useEffect(() => { document.title = title; }, [title]);
  return (
    <div class="page">
      <main class="card wide">
        <Logo />
        <h1 class="title">{title}</h1>
        {children}
      </main>
    </div>
  );
}
