using System.Reflection;
using System.Xml.Linq;

namespace DeltaTools.HelpBuilder;

/// <summary>Writes the help file that Get-Help reads, and the pages of the repository, from the metadata and the doc comments of the cmdlets.</summary>
/// <remarks>Arguments: the cmdlets' assembly, its doc file, a text file with the paths of all references, the help file to write, a folder for the pages.</remarks>
public static class Program
{
    public static int Main(string[] args)
    {
        if (args is not [string assembly, string docs, string references, string output, string pages])
        {
            Console.Error.WriteLine("usage: DeltaTools.HelpBuilder assembly.dll docs.xml references.txt help.xml pages");
            return 64;
        }
        // Only metadata is read: the references are reference assemblies, which cannot be loaded to run.
        using MetadataLoadContext context = new(new PathAssemblyResolver(File.ReadAllLines(references).Append(assembly)));
        DocComments comments = new(XDocument.Load(docs, LoadOptions.PreserveWhitespace));
        CmdletDescription[] cmdlets = [.. CmdletDescription.ReadAll(context.LoadFromAssemblyPath(assembly), comments)];
        HelpFile.Write(cmdlets, output);
        MarkdownPages.Write(cmdlets, pages);
        return 0;
    }
}
