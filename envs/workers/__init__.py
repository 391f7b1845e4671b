"""One pool of workers behind one set of methods: in this process, or in processes of their own."""
