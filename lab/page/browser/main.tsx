// The page's program: everything that is seen is drawn here, from the two views that the lab sends.
import { render } from 'preact'
import { App } from './app/app.tsx'

const root = document.getElementById('app')
if (root) render(<App />, root)
